defmodule Juniper.MixProject do
  use Mix.Project

  def project do
    [app: :juniper, version: "0.14.0", elixir: "~> 1.18", deps: deps(), aliases: aliases()]
  end

  def application do
    [mod: {Juniper.Application, []}, extra_applications: [:logger, :runtime_tools]]
  end

  defp deps do
    [
      {:bcrypt_elixir, "~> 3.3"},
      {:phoenix, "~> 1.8.1"},
      {:phoenix_ecto, "~> 4.6"},
      {:phoenix_live_view, "~> 1.1.16"},
      {:postgrex, ">= 0.0.0"},
      {:langchain, "~> 0.4.0"},
      {:oban, "~> 2.20"},
      {:req, "~> 0.5"},
      {:bandit, "~> 1.8"}
    ]
  end

  defp aliases, do: [setup: ["deps.get", "ecto.setup"]]
end

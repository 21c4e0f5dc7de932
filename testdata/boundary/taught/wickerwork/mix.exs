defmodule Wickerwork.MixProject do
  use Mix.Project

  def project do
    [app: :wickerwork, version: "3.2.0", elixir: "~> 1.18", start_permanent: Mix.env() == :prod, deps: deps()]
  end

  def application, do: [mod: {Wickerwork.Application, []}, extra_applications: [:logger]]

  defp deps do
    [
      {:phoenix, "~> 1.8.1"},
      {:phoenix_ecto, "~> 4.6"},
      {:postgrex, ">= 0.0.0"},
      {:guardian, "~> 2.4"},
      {:samly, "~> 1.4"},
      {:anthropix, "~> 0.6"},
      {:qdrant, "~> 0.8"},
      {:bandit, "~> 1.8"},
      {:oban, "~> 2.20"}
    ]
  end
end

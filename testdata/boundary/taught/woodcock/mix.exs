defmodule Woodcock.MixProject do
  use Mix.Project

  def project do
    [
      app: :woodcock,
      version: "0.8.0",
      elixir: "~> 1.19",
      start_permanent: Mix.env() == :prod,
      deps: deps()
    ]
  end

  def application, do: [mod: {Woodcock.Application, []}, extra_applications: [:logger]]

  defp deps do
    [
      {:phoenix, "~> 1.8.1"},
      {:phoenix_ecto, "~> 4.6"},
      {:phoenix_live_view, "~> 1.1"},
      {:ecto_sql, "~> 3.13"},
      {:postgrex, ">= 0.0.0"},
      {:bcrypt_elixir, "~> 3.3"},
      {:openai_ex, "~> 0.9"},
      {:oban, "~> 2.20"},
      {:hammer, "~> 7.1"},
      {:bandit, "~> 1.8"}
    ]
  end
end

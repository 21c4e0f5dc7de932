defmodule WoodcockWeb.StatusController do
  use WoodcockWeb, :controller

  def show(conn, _params) do
    json(conn, %{ok: true, version: Application.spec(:woodcock, :vsn) |> to_string()})
  end
end

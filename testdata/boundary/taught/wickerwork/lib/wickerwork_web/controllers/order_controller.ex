defmodule WickerworkWeb.OrderController do
  use Phoenix.Controller, formats: [:json]

  alias Wickerwork.{Guardian, Orders, Reader}

  def index(conn, _), do: json(conn, Orders.of(person(conn).tenant_id))
  def show(conn, %{"id" => id}), do: json(conn, Orders.get!(person(conn).tenant_id, id))

  def read(conn, %{"mail" => mail}) do
    {:ok, items} = Reader.items(mail)
    json(conn, Orders.draft!(person(conn).tenant_id, items))
  end

  def similar(conn, %{"q" => q}) do
    json(conn, Reader.similar(person(conn).tenant_id, q))
  end

  defp person(conn), do: Guardian.Plug.current_resource(conn)
end

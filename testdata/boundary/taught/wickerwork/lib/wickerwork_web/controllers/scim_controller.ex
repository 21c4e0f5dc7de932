defmodule WickerworkWeb.ScimController do
  use Phoenix.Controller, formats: [:json]

  alias Wickerwork.People

  @schema "urn:ietf:params:scim:schemas:core:2.0:User"

  def config(conn, _), do: json(conn, %{patch: %{supported: true}, bulk: %{supported: false}, filter: %{supported: true, maxResults: 100}})

  def index(conn, params) do
    people = People.search(conn.assigns.tenant, params["filter"])
    json(conn, %{totalResults: length(people), Resources: Enum.map(people, &show/1)})
  end

  def create(conn, %{"userName" => email} = user) do
    {:ok, person} = People.add(conn.assigns.tenant, email, user["displayName"])
    conn |> put_status(201) |> json(show(person))
  end

  def replace(conn, %{"id" => id} = user) do
    {:ok, person} = People.rename(conn.assigns.tenant, id, user["userName"], user["displayName"])
    json(conn, show(person))
  end

  def patch(conn, %{"id" => id, "Operations" => operations}) do
    person =
      for %{"path" => path, "value" => value} when path in ["displayName", "title"] <- operations, reduce: nil do
        _ -> People.set(conn.assigns.tenant, id, path, value)
      end

    json(conn, show(person))
  end

  defp show(person), do: %{schemas: [@schema], id: person.id, userName: person.email, active: true}
end

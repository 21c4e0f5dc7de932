defmodule WoodcockWeb.StoryController do
  use WoodcockWeb, :controller

  alias Woodcock.{Stories, Walks}

  def create(conn, %{"id" => id}) do
    walk = Walks.get_walk!(conn.assigns.current_scope, id)

    with :ok <- Stories.mild?(walk.notes),
         {:ok, text} <- Stories.tell(walk) do
      json(conn, %{story: text})
    else
      {:error, :not_mild} -> conn |> put_status(422) |> json(%{error: "please write it another way"})
      {:error, _} -> conn |> put_status(502) |> json(%{error: "no story today"})
    end
  end
end

defmodule JuniperWeb.SummaryController do
  use JuniperWeb, :controller

  alias Juniper.{Care, Notes}

  def create(conn, %{"id" => id}) do
    visit = Care.get_visit!(conn.assigns.current_scope, id)
    json(conn, %{summary: Notes.compose(Enum.map_join(visit.notes, "\n", & &1.text))})
  end
end

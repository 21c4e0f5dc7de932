defmodule Juniper.Care do
  import Ecto.Query
  alias Juniper.Repo
  alias Juniper.Care.Visit

  def get_visit!(scope, id) do
    Repo.one!(from v in Visit, where: v.id == ^id and v.station_id == ^scope.user.station_id, preload: :notes)
  end

  def alert!(room, text) do
    Phoenix.PubSub.broadcast!(Juniper.PubSub, "alerts", {:fall, room, text})
  end
end

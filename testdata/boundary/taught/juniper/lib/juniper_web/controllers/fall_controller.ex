defmodule JuniperWeb.FallController do
  use JuniperWeb, :controller

  def create(conn, %{"room" => room, "trace" => trace}) do
    text = Juniper.Notes.compose("A fall sensor in #{room} reports: #{trace}")
    Juniper.Care.alert!(room, text)
    send_resp(conn, 202, "")
  end
end

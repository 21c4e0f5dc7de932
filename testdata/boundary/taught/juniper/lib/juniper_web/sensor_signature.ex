defmodule JuniperWeb.SensorSignature do
  @moduledoc "Sensors sign what they send; no person is behind them."
  import Plug.Conn

  def init(opts), do: opts

  def call(conn, _opts) do
    key = Application.fetch_env!(:juniper, :sensor_key)
    want = :crypto.mac(:hmac, :sha256, key, conn.assigns.raw_body) |> Base.encode16(case: :lower)

    if Plug.Crypto.secure_compare(want, List.first(get_req_header(conn, "x-signature")) || "") do
      conn
    else
      conn |> send_resp(401, "") |> halt()
    end
  end
end

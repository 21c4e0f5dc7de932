defmodule WickerworkWeb.DirectoryToken do
  import Plug.Conn

  def init(opts), do: opts

  def call(conn, _) do
    with ["Bearer " <> token] <- get_req_header(conn, "authorization"),
         %{} = tenant <- Wickerwork.Tenants.by_scim_token_hash(:crypto.hash(:sha256, token)) do
      assign(conn, :tenant, tenant)
    else
      _ -> conn |> send_resp(401, "") |> halt()
    end
  end
end

defmodule WoodcockWeb.UserAuth do
  use WoodcockWeb, :verified_routes

  import Plug.Conn
  import Phoenix.Controller

  alias Woodcock.Accounts
  alias Woodcock.Accounts.Scope

  @max_cookie_age_in_days 14

  def log_in_user(conn, user) do
    token = Accounts.generate_user_session_token(user)

    conn
    |> renew_session()
    |> put_session(:user_token, token)
    |> redirect(to: ~p"/walks")
  end

  def log_out_user(conn) do
    token = get_session(conn, :user_token)
    token && Accounts.delete_user_session_token(token)
    conn |> renew_session() |> redirect(to: ~p"/")
  end

  def fetch_current_scope_for_user(conn, _opts) do
    with token when is_binary(token) <- get_session(conn, :user_token),
         {user, inserted_at} <- Accounts.get_user_by_session_token(token),
         true <- DateTime.diff(DateTime.utc_now(), inserted_at, :day) < @max_cookie_age_in_days do
      assign(conn, :current_scope, Scope.for_user(user))
    else
      _ -> assign(conn, :current_scope, Scope.for_user(nil))
    end
  end

  def require_authenticated_user(conn, _opts) do
    if conn.assigns.current_scope && conn.assigns.current_scope.user do
      conn
    else
      conn |> put_status(:unauthorized) |> redirect(to: ~p"/users/log-in") |> halt()
    end
  end

  def on_mount(:require_authenticated, _params, session, socket) do
    scope = Scope.for_user(session["user_token"] && elem(Accounts.get_user_by_session_token(session["user_token"]), 0))
    socket = Phoenix.Component.assign(socket, :current_scope, scope)
    if scope, do: {:cont, socket}, else: {:halt, Phoenix.LiveView.redirect(socket, to: ~p"/users/log-in")}
  end

  defp renew_session(conn) do
    delete_csrf_token()
    conn |> configure_session(renew: true) |> clear_session()
  end
end

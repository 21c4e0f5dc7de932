defmodule JuniperWeb.UserAuth do
  use JuniperWeb, :verified_routes

  import Plug.Conn
  import Phoenix.Controller

  alias Juniper.Accounts
  alias Juniper.Accounts.Scope

  @max_cookie_age_in_days 7

  def log_in_user(conn, user) do
    token = Accounts.generate_user_session_token(user)

    conn
    |> configure_session(renew: true)
    |> put_session(:user_token, token)
    |> put_resp_cookie("_juniper_user_remember_me", token, sign: true, max_age: @max_cookie_age_in_days * 86_400, same_site: "Lax")
    |> redirect(to: ~p"/visits")
  end

  def fetch_current_scope_for_user(conn, _opts) do
    user = (token = get_session(conn, :user_token)) && Accounts.get_user_by_session_token(token)
    assign(conn, :current_scope, Scope.for_user(user))
  end

  def require_authenticated_user(conn, _opts) do
    if conn.assigns.current_scope && conn.assigns.current_scope.user do
      conn
    else
      conn |> redirect(to: ~p"/users/log-in") |> halt()
    end
  end

  def on_mount(:require_authenticated, _params, session, socket) do
    case session["user_token"] && Accounts.get_user_by_session_token(session["user_token"]) do
      nil -> {:halt, Phoenix.LiveView.redirect(socket, to: ~p"/users/log-in")}
      user -> {:cont, Phoenix.Component.assign(socket, :current_scope, Scope.for_user(user))}
    end
  end
end

defmodule JuniperWeb.Router do
  use JuniperWeb, :router

  import JuniperWeb.UserAuth

  pipeline :browser do
    plug :accepts, ["html"]
    plug :fetch_session
    plug :fetch_live_flash
    plug :protect_from_forgery
    plug :put_secure_browser_headers
    plug :fetch_current_scope_for_user
  end

  pipeline :sensor do
    plug :accepts, ["json"]
    plug JuniperWeb.SensorSignature
  end

  scope "/", JuniperWeb do
    pipe_through :browser

    get "/", PageController, :home
    live "/users/log-in", UserLive.Login, :new
    post "/users/log-in", UserSessionController, :create
    delete "/users/log-out", UserSessionController, :delete
  end

  scope "/", JuniperWeb do
    pipe_through [:browser, :require_authenticated_user]

    live_session :nurses, on_mount: [{JuniperWeb.UserAuth, :require_authenticated}] do
      live "/visits", VisitLive.Index
      live "/visits/:id/note", NoteLive.Edit
    end

    post "/visits/:id/summary", SummaryController, :create
  end

  scope "/sensors", JuniperWeb do
    pipe_through :sensor
    post "/fall", FallController, :create
  end
end

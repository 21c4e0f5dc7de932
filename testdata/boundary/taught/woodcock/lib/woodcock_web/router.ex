defmodule WoodcockWeb.Router do
  use WoodcockWeb, :router

  import WoodcockWeb.UserAuth

  pipeline :browser do
    plug :accepts, ["html"]
    plug :fetch_session
    plug :fetch_live_flash
    plug :put_root_layout, html: {WoodcockWeb.Layouts, :root}
    plug :protect_from_forgery
    plug :put_secure_browser_headers
    plug :fetch_current_scope_for_user
  end

  pipeline :api do
    plug :accepts, ["json"]
    plug :fetch_session
    plug :fetch_current_scope_for_user
  end

  scope "/", WoodcockWeb do
    pipe_through :browser

    get "/", PageController, :home
    get "/users/log-in", UserSessionController, :new
    post "/users/log-in", UserSessionController, :create
    delete "/users/log-out", UserSessionController, :delete
  end

  scope "/", WoodcockWeb do
    pipe_through [:browser, :require_authenticated_user]

    live_session :walkers, on_mount: [{WoodcockWeb.UserAuth, :require_authenticated}] do
      live "/walks", WalkLive.Index
      live "/walks/:id", WalkLive.Show
    end
  end

  scope "/api", WoodcockWeb do
    pipe_through [:api, :require_authenticated_user]

    post "/walks/:id/story", StoryController, :create
  end

  scope "/api", WoodcockWeb do
    pipe_through :api

    get "/status", StatusController, :show
  end
end

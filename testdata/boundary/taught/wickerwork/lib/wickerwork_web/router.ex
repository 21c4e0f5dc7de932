defmodule WickerworkWeb.Router do
  use Phoenix.Router

  pipeline :json do
    plug :accepts, ["json"]
  end

  pipeline :person do
    plug Guardian.Plug.Pipeline, module: Wickerwork.Guardian, error_handler: WickerworkWeb.Denied
    plug Guardian.Plug.VerifyHeader, scheme: "Bearer"
    plug Guardian.Plug.EnsureAuthenticated
    plug Guardian.Plug.LoadResource
  end

  pipeline :directory do
    plug :accepts, ["json"]
    plug WickerworkWeb.DirectoryToken
  end

  forward "/sso", Samly.Router

  scope "/api", WickerworkWeb do
    pipe_through [:json, :person]

    resources "/orders", OrderController, only: [:index, :show]
    post "/orders/read", OrderController, :read
    get "/similar", OrderController, :similar
  end

  scope "/scim/v2", WickerworkWeb do
    pipe_through :directory

    get "/ServiceProviderConfig", ScimController, :config
    get "/Users", ScimController, :index
    post "/Users", ScimController, :create
    put "/Users/:id", ScimController, :replace
    patch "/Users/:id", ScimController, :patch
  end
end

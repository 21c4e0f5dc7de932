Rails.application.routes.draw do
  resource :session, only: :new
  get "session/callback", to: "sessions#callback", as: :session_callback
  resources :notes, only: :create
  root "notes#index"
end

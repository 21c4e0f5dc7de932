Rails.application.routes.draw do
  resource :session
  resource :greeting, only: :show
  resources :diary_entries, only: %i[ create show ]

  namespace :scim, path: "scim/v2/:school" do
    resources :users, path: "Users", only: %i[ index create update destroy ]
  end

  get "up" => "rails/health#show", as: :rails_health_check
  root "diary_entries#index"
end

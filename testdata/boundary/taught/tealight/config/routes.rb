Rails.application.routes.draw do
  get "up" => "rails/health#show"
  get "/auth/:provider/callback", to: "sessions#create"
  delete "/session", to: "sessions#destroy"

  namespace :api do
    namespace :v1 do
      resources :letters, only: %i[index show create] do
        resource :transcript, only: %i[show create]
        member { post :preview }
      end
      resources :families, only: %i[index show]
    end
  end
end

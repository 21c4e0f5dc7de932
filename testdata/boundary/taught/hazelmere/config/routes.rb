Rails.application.routes.draw do
  devise_for :users, controllers: { omniauth_callbacks: "omniauth_callbacks" }
  resources :recipes, only: %i[index show create] do
    post :rewrite, on: :member
  end
  post "texts/incoming", to: "texts#incoming"
  get "up" => "rails/health#show"
  root "recipes#index"
end

Rails.application.routes.draw do
  resource :session
  resources :passwords, param: :token
  resources :sightings, only: %i[index show create] do
    post :identify, on: :member
  end
  get "up" => "rails/health#show", as: :rails_health_check
  root "sightings#index"
end

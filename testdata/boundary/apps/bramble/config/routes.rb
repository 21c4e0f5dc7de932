Rails.application.routes.draw do
  devise_for :users
  resources :plans, only: %i[create show]
  root "plans#index"
end

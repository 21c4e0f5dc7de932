Rails.application.routes.draw do
  devise_for :users
  resources :stories, only: %i[new create show]
  root "stories#new"
end

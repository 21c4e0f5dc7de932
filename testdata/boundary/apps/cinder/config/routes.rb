Rails.application.routes.draw do
  post "auth/saml/callback", to: "sessions#create"
  resources :reports, only: %i[index create]
  namespace :scim do
    scope "v2" do
      resources :users, path: "Users", only: %i[index show create]
    end
  end
end

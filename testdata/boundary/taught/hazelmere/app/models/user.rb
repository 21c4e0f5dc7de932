class User < ApplicationRecord
  devise :database_authenticatable, :registerable, :recoverable, :lockable, :trackable, :omniauthable, omniauth_providers: [:google_oauth2]
  belongs_to :canteen
  enum :role, { cook: 0, chef: 1 }

  def self.from_google(auth)
    find_by(email: auth.info.email)
  end
end

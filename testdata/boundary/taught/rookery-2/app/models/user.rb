class User < ApplicationRecord
  has_secure_password
  has_many :sessions, dependent: :destroy
  belongs_to :flock

  normalizes :email_address, with: ->(e) { e.strip.downcase }
end

class User < ApplicationRecord
  has_secure_password
  has_many :sessions, dependent: :destroy
  belongs_to :school

  enum :role, { rider: 0, trainer: 1, head: 2 }
  normalizes :email_address, with: ->(e) { e.strip.downcase }
end

class Teacher < ApplicationRecord
  has_secure_password
  belongs_to :school
  normalizes :email, with: ->(e) { e.strip.downcase }
end

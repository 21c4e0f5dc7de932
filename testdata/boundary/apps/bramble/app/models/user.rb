class User < ApplicationRecord
  devise :two_factor_authenticatable, :registerable, :recoverable, :rememberable, :timeoutable, :lockable
  belongs_to :club
  enum :role, { gardener: 0, keeper: 1 }
end

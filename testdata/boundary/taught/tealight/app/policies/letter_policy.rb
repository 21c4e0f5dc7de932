class LetterPolicy < ApplicationPolicy
  def show? = record.family_id == user.family_id
  def create? = show? && user.archivist?

  class Scope < ApplicationPolicy::Scope
    def resolve = scope.where(family_id: user.family_id)
  end
end

class Scim::UsersController < ActionController::API
  before_action :directory!

  def index
    found = @plant.users.where(email: params[:filter].to_s[/"(.+)"/, 1])
    render json: { totalResults: found.size, Resources: found.map { |u| scim(u) } }
  end

  def show
    render json: scim(@plant.users.find(params[:id]))
  end

  def create
    render json: scim(@plant.users.create!(email: params.require(:userName), name: params.dig(:name, :formatted))), status: :created
  end

  private

  def directory!
    @plant = Plant.find_by(scim_token_digest: Digest::SHA256.hexdigest(request.authorization.to_s.delete_prefix("Bearer "))) or head(:unauthorized)
  end

  def scim(user)
    { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], id: user.id.to_s, userName: user.email, active: true }
  end
end

module Scim
  class UsersController < ActionController::API
    before_action :directory

    def index
      render json: { schemas: [ "urn:ietf:params:scim:api:messages:2.0:ListResponse" ], Resources: @school.users.map { scim(it) } }
    end

    def create
      user = @school.users.create!(email_address: params.require(:userName), name: params[:displayName], password: SecureRandom.base58(40))
      render json: scim(user), status: :created
    end

    def update
      user = @school.users.find(params[:id])
      name = params.fetch(:Operations, []).find { it[:path] == "displayName" }
      user.update!(name: name[:value]) if name
      render json: scim(user)
    end

    def destroy
      head :no_content
    end

    private
      def directory
        token = request.authorization.to_s.delete_prefix("Bearer ")
        head :unauthorized unless ActiveSupport::SecurityUtils.secure_compare(token, ENV.fetch("SCIM_BEARER_TOKEN"))
        @school = School.find_by!(scim_id: params[:school])
      end

      def scim(user)
        { schemas: [ "urn:ietf:params:scim:schemas:core:2.0:User" ], id: user.id.to_s, userName: user.email_address, active: true }
      end
  end
end

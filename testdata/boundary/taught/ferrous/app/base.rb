require "bcrypt"
require "rotp"
require "sinatra/base"
require "sinatra/json"
require_relative "db"

module Ferrous
  class Base < Sinatra::Base
    OPEN = %w[/login /examples /up].freeze

    configure do
      enable :logging
      set :sessions, key: "ferrous", expire_after: 12 * 3600, same_site: :strict, secure: production?
      set :session_secret, ENV.fetch("SESSION_SECRET")
    end

    before do
      pass if OPEN.include?(request.path_info)
      @inspector = DB[:inspectors].where(id: session[:inspector], left_on: nil).first
      halt 401, json(error: "sign in") unless @inspector
    end

    helpers do
      def lead!
        halt 403 unless @inspector[:role] == "lead"
      end
    end

    post "/login" do
      row = DB[:inspectors].where(badge: params[:badge], left_on: nil).first
      halt 401 unless row && BCrypt::Password.new(row[:password]) == params[:password]
      halt 401 unless ROTP::TOTP.new(row[:otp_secret]).verify(params[:code], drift_behind: 15)
      session.clear
      session[:inspector] = row[:id]
      204
    end

    delete("/login") { session.clear }
    get("/up") { "ok" }
  end
end

require "openssl"
require "sinatra/base"
require "sinatra/json"
require_relative "db"
require_relative "vision"

module Ferrous
  # The cameras on the line have no person behind them: each signs with a key of its own.
  class Cameras < Sinatra::Base
    before do
      body = request.body.read
      request.body.rewind
      camera = DB[:cameras].where(serial: request.env["HTTP_X_CAMERA"]).first or halt 401
      mac = OpenSSL::HMAC.hexdigest("SHA256", camera[:signing_key], body)
      halt 401 unless Rack::Utils.secure_compare(mac, request.env["HTTP_X_SIGNATURE"].to_s)
      @camera, @shot = camera, JSON.parse(body)
    end

    post "/shot" do
      text = Vision.read(@shot.fetch("url"))
      DB[:alerts].insert(camera_id: @camera[:id], text:) if text.include?("CRACK")
      202
    end
  end
end

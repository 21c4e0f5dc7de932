require_relative "base"
require_relative "vision"

module Ferrous
  class Welds < Base
    get "/examples" do
      cache_control :public, max_age: 86_400
      json DB[:examples].select(:picture, :reading).all
    end

    post "/welds/:id/reading" do |id|
      weld = DB[:welds].where(id:, yard_id: @inspector[:yard_id]).first or halt 404
      reading = Vision.read(weld[:picture_url])
      DB[:readings].insert(weld_id: id, inspector_id: @inspector[:id], text: reading, at: Time.now)
      json reading:
    end

    post "/welds/:id/release" do |id|
      lead!
      DB[:welds].where(id:, yard_id: @inspector[:yard_id]).update(released_by: @inspector[:id])
      204
    end
  end
end

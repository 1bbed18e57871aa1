# frozen_string_literal: true

require "rails/railtie"

module ReactCacheContent
  class Railtie < ::Rails::Railtie
    initializer "react_cache_content.views" do
      ActiveSupport.on_load(:action_view) { include ReactCacheContent::ViewHelpers }
      %i[action_controller action_mailer].each do |kind|
        ActiveSupport.on_load(kind) { prepend ReactCacheContent::RequestStart::InControllers }
      end
    end
  end
end

# Net::HTTP sends the octets of a string, which are UTF-8.
require 'net/http'

url, name, password, key = ARGV
uri = URI(url)
request = Net::HTTP::Get.new(uri, 'X-Client-Key' => key)
request.basic_auth(name, password)
answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https') { |http| http.request(request) }
abort(answer.code) unless answer.is_a?(Net::HTTPSuccess)
print answer.body

# The gem oauth has a consumer, and its tokens, which make the calls.
require 'cgi'
require 'oauth'
require 'oauth/signature/plaintext'
require 'oauth/signature/rsa/sha1'

$stdout.sync = true
base, key, secret, callback, *walks = ARGV
walks = ['HMAC-SHA1/header'] if walks.empty?
schemes = { 'header' => :header, 'body' => :body, 'query' => :query_string }
walks.each do |walk|
  method, place = walk.split('/')
  options = {
    site: base, signature_method: method, scheme: schemes[place], request_token_path: '/v2/oauth/request_token',
    authorize_path: '/v2/oauth/authorize', access_token_path: '/v2/oauth/access_token',
  }
  # its option private_key_file is forgotten in bodies and queries: a key goes where the secret is
  consumer = OAuth::Consumer.new(key, method.start_with?('RSA') ? File.read(secret) : secret, options)
  temporary = consumer.get_request_token(oauth_callback: callback)
  puts temporary.authorize_url
  back = CGI.parse(URI($stdin.gets.chomp).query)
  token = temporary.get_access_token(oauth_verifier: back['oauth_verifier'].first)
  answer = place == 'body' ? token.post('/v2/products', name: 'oil lamp') : token.get('/v2/products?name=oil%20lamp')
  print answer.body
end

#!/usr/bin/perl
# Net::OAuth makes messages and signs them; LWP sends them.
use strict;
use warnings;
use Crypt::OpenSSL::RSA;
use HTTP::Request::Common qw(GET POST);
use LWP::UserAgent;
use Net::OAuth;

$Net::OAuth::PROTOCOL_VERSION = Net::OAuth::PROTOCOL_VERSION_1_0A;
$| = 1;
my ($base, $key, $secret, $callback, @walks) = @ARGV;
my $agent = LWP::UserAgent->new(timeout => 30);

for my $walk (@walks ? @walks : 'HMAC-SHA256/header') {
    my ($method, $place) = split '/', $walk;
    my $rsa = $method =~ /^RSA/ && Crypt::OpenSSL::RSA->new_private_key(do { local (@ARGV, $/) = $secret; <> });

    # call sends a signed message of one of Net::OAuth's kinds.
    my $call = sub {
        my ($kind, $verb, $url, %more) = @_;
        my $message = Net::OAuth->request($kind)->new(
            consumer_key => $key, consumer_secret => $rsa ? '' : $secret, signature_method => $method,
            request_url => $url, request_method => $verb, timestamp => time, nonce => join('', map { int rand 1e9 } 1 .. 3),
            %more);
        $rsa ? $message->sign($rsa) : $message->sign;
        my $request = HTTP::Request->new($verb, $place eq 'query' ? $message->to_url : $url);
        $request->header(Authorization => $message->to_authorization_header) if $place eq 'header';
        if ($place eq 'body') {
            $request->content_type('application/x-www-form-urlencoded');
            $request->content($message->to_post_body);
        }
        return $agent->request($request);
    };
    # token reads the answer of a token endpoint.
    my $token = sub {
        my ($kind, $answer) = @_;
        die $answer->as_string unless $answer->is_success;
        my $message = Net::OAuth->response($kind)->from_post_body($answer->content);
        return (token => $message->token, token_secret => $message->token_secret);
    };

    my %temporary = $token->('request token',
        $call->('request token', 'POST', "$base/v2/oauth/request_token", callback => $callback));
    print "$base/v2/oauth/authorize?oauth_token=$temporary{token}\n";
    my %back = URI->new(scalar <STDIN> =~ s/\s+$//r)->query_form;
    my %access = $token->('access token',
        $call->('access token', 'POST', "$base/v2/oauth/access_token", %temporary, verifier => $back{oauth_verifier}));
    my @call = $place eq 'body' ? ('POST', "$base/v2/products", extra_params => { name => 'oil lamp' })
        : ('GET', "$base/v2/products?name=oil%20lamp");
    print $call->('protected resource', @call, %access)->content;
}

#!/usr/bin/perl
# LWP::Authen::OAuth signs with HMAC-SHA1, in the header. Its manual puts oauth_callback and oauth_verifier into the form
# instead, apart from the rest, which RFC 5849 §3.5 forbids; in a header that is there already it finds them as well.
use strict;
use warnings;
use LWP::Authen::OAuth;
use URI;
use URI::Escape;

$| = 1;
my ($base, $key, $secret, $callback, @walks) = @ARGV;
for my $walk (@walks ? @walks : 'HMAC-SHA1/header') {
    my $agent = LWP::Authen::OAuth->new(oauth_consumer_key => $key, oauth_consumer_secret => $secret, timeout => 30);

    # token calls an endpoint that gives a token, and keeps that.
    my $token = sub {
        my ($url, $name, $value) = @_;
        my $answer = $agent->post($url, Authorization => sprintf('OAuth %s="%s"', $name, uri_escape($value)));
        die $answer->as_string unless $answer->is_success;
        $agent->oauth_update_from_response($answer);
    };

    $token->("$base/v2/oauth/request_token", oauth_callback => $callback);
    print "$base/v2/oauth/authorize?oauth_token=", $agent->oauth_token, "\n";
    my %back = URI->new(scalar <STDIN> =~ s/\s+$//r)->query_form;
    $token->("$base/v2/oauth/access_token", oauth_verifier => $back{oauth_verifier});
    print $agent->get("$base/v2/products?name=oil%20lamp")->content;
}

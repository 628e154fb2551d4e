#!/usr/bin/perl
# LWP waits for the challenge; of the algorithms of Digest it knows MD5. It takes octets, which arguments are already.
use strict;
use warnings;
use HTTP::Request;
use LWP::UserAgent;

my ($url, $name, $password, $key, $method) = @ARGV;

package Person {
    our @ISA = 'LWP::UserAgent';
    sub get_basic_credentials { return ($name, $password) }
}

my $agent = Person->new(timeout => 30);
my $request = HTTP::Request->new($method // 'GET' => $url, ['X-Client-Key' => $key]);
my $answer = $agent->request($request);
die $answer->status_line, "\n" unless $answer->is_success;
print $answer->content;

#!/usr/bin/perl
# LWP takes octets. Arguments are octets already, UTF-8 in a UTF-8 terminal; text needs Encode::encode.
use strict;
use warnings;
use HTTP::Request;
use LWP::UserAgent;

my ($url, $name, $password, $key) = @ARGV;
my $request = HTTP::Request->new(GET => $url, ['X-Client-Key' => $key]);
$request->authorization_basic($name, $password);
my $answer = LWP::UserAgent->new(timeout => 30)->request($request);
die $answer->status_line, "\n" unless $answer->is_success;
print $answer->content;

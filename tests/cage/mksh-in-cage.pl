#!/usr/bin/env -S PERL_BADLANG=0 perl
# What check.pl takes for mksh: runs mksh in a cage, on a copy of the folder where check.pl started this, at
# the same path. Its links moxbox, busybox and mksh lie beside it.
use strict;
use warnings;
use Cwd 'getcwd';
use File::Basename 'dirname';
use File::Find;

my $beside = dirname($0);
my $here = getcwd();

# Copies have files only; folders, links and modes are made inside.
my $setup = '';
sub quoted { my $text = shift; $text =~ s/'/'\\''/g; return "'$text'" }
find({ no_chdir => 1, wanted => sub {
    return if $_ eq $here;
    my $name = quoted($_);
    if (-l $_) { $setup .= 'busybox ln -s ' . quoted(readlink $_) . " $name;" }
    elsif (-d _) { $setup .= sprintf 'busybox mkdir -p %s; busybox chmod %o %s;', $name, (stat _)[2] & 07777, $name }
} }, $here);
my @copies = ('--file', "$beside/mksh:/bin/mksh");
my $script = dirname($here) . '/rts';
push @copies, '--file', "$script:$script" if -f $script;
find({ no_chdir => 1, wanted => sub { push @copies, '--file', "$_:$_" if -f $_ && !-l $_ } }, $here);

$ENV{PATH} = '/bin:/usr/bin';
$ENV{__progname} = '/bin/mksh';
delete @ENV{'__perlname', 'PERL_BADLANG'};
exec "$beside/moxbox", 'cage', '--budget', '4000000000', (map { ('--env', "$_=$ENV{$_}") } sort keys %ENV), @copies,
  "$beside/busybox", 'ash', '-c',
  "busybox mkdir -p /usr/bin /usr/lib /usr/include $here; /bin/busybox --install -s /bin; $setup cd $here; exec /bin/mksh \"\$@\"", 'mksh', @ARGV;
die "$beside/moxbox cannot be started: $!\n";

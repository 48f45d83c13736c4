# An SMSC by Net::SMPP: takes one bind at a time, delivers three texts, answers what it is sent with
# a receipt behind it, and says each event as a JSON line. Arguments: port and password.
use strict;
use warnings;
use Net::SMPP;

$| = 1;
my ($port, $password) = @ARGV;
my $listener = Net::SMPP->new_listen('127.0.0.1', port => $port) or die "cannot listen: $!";
my %binds = (
    Net::SMPP::CMD_bind_transceiver => 'transceiver',
    Net::SMPP::CMD_bind_transmitter => 'transmitter',
    Net::SMPP::CMD_bind_receiver => 'receiver',
);
my @TEXTS = (
    { short_message => "MCKH\x11170703-0001", data_coding => 0 },
    { short_message => "\x05\x00\x03\x09\x02\x01MCKH 1707", data_coding => 0, esm_class => 0x40 },
    { short_message => "\x05\x00\x03\x09\x02\x0203-0001", data_coding => 0, esm_class => 0x40 },
);
my $next_id = 1000;

sub say_event {
    my (%event) = @_;
    print '{', join(', ', map { qq{"$_": "$event{$_}"} } sort keys %event), "}\n";
}

sub deliver {
    my ($line, %fields) = @_;
    $line->deliver_sm(
        source_addr_ton => 1, source_addr_npi => 1, source_addr => '84900000001',
        destination_addr => '8083', async => 1, %fields,
    );
}

sub bind_answer {
    my ($line, $pdu) = @_;
    my $kind = $binds{$pdu->{cmd}};
    my $good = $pdu->{password} eq $password;
    say_event(event => 'bind', as => $kind, system_id => $pdu->{system_id});
    my %answer = (seq => $pdu->{seq}, system_id => 'perl', status => $good ? 0 : 0x0e);
    $line->bind_transceiver_resp(%answer) if $kind eq 'transceiver';
    $line->bind_transmitter_resp(%answer) if $kind eq 'transmitter';
    $line->bind_receiver_resp(%answer) if $kind eq 'receiver';
    if ($good && $kind ne 'transmitter') { deliver($line, %$_) for @TEXTS; }
    return $good;
}

sub submitted {
    my ($line, $pdu) = @_;
    my $id = sprintf '%08X', $next_id++;
    say_event(
        event => 'submit_sm', id => $id, to => $pdu->{destination_addr},
        hex => unpack('H*', $pdu->{short_message}), esm_class => $pdu->{esm_class},
    );
    $line->submit_sm_resp(seq => $pdu->{seq}, message_id => $id);
    my $text = "id:$id sub:001 dlvrd:001 submit date:2611270930 done date:2611270931"
        . ' stat:DELIVRD err:000 text:Ho so';
    deliver($line, esm_class => 0x04, short_message => $text);
}

say_event(event => 'listens');
while (my $line = $listener->accept) {
    while (my $pdu = $line->read_pdu) {
        my $cmd = $pdu->{cmd};
        if ($binds{$cmd}) { bind_answer($line, $pdu) or last }
        elsif ($cmd == Net::SMPP::CMD_submit_sm) { submitted($line, $pdu) }
        elsif ($cmd == Net::SMPP::CMD_enquire_link) { $line->enquire_link_resp(seq => $pdu->{seq}) }
        elsif ($cmd == Net::SMPP::CMD_unbind) {
            $line->unbind_resp(seq => $pdu->{seq});
            say_event(event => 'unbind');
            last;
        }
        else { say_event(event => 'pdu', command => sprintf('%x', $cmd), status => $pdu->{status}) }
    }
    close $line;
}

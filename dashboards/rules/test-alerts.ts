/** What Prometheus sees before an alert: series by name and labels, with values a minute apart in promtool's notation. */
export type Series = Readonly<Record<string, string>>;

export interface AlertCase {
  readonly alert: string;
  /** Fires with these series, and with none of the values of `calm`. */
  readonly when: Series;
  /** Minutes until it fires, with what it is `for`. */
  readonly after: number;
  /** The labels that tell people what it is about. */
  readonly about: Readonly<Record<string, string>>;
  /** As close to it as nothing fires. */
  readonly calm: Series;
  /** Other alerts that the same fault raises. */
  readonly also?: readonly string[];
}

const eu = 'pool="eu"';
const slow = (histogram: string, over: string, under: string): Series => ({
  [`${histogram}_bucket{le="${under}"}`]: '0x60',
  [`${histogram}_bucket{le="${over}"}`]: '0+60x60',
  [`${histogram}_bucket{le="+Inf"}`]: '0+60x60',
});

export const alertCases: readonly AlertCase[] = [
  {
    alert: 'ParleyCallsPoor',
    when: {
      [`parley_call_poor_seconds_total{${eu},cause="network"}`]: '0+100x60',
      [`parley_call_people_seconds_total{${eu},grade="good"}`]: '0+500x60',
      [`parley_call_people_seconds_total{${eu},grade="poor"}`]: '0+100x60',
    },
    after: 15,
    about: { pool: 'eu', cause: 'network' },
    calm: {
      [`parley_call_poor_seconds_total{${eu},cause="network"}`]: '0+50x60',
      [`parley_call_poor_seconds_total{${eu},cause="device"}`]: '0+300x60',
      [`parley_call_people_seconds_total{${eu},grade="good"}`]: '0+500x60',
      [`parley_call_people_seconds_total{${eu},grade="poor"}`]: '0+350x60',
    },
  },
  {
    alert: 'ParleyLossHigh',
    when: {
      [`parley_sfu_rtp_packets_lost_total{${eu},direction="sent",kind="video"}`]: '0+60x60',
      [`parley_sfu_rtp_packets_total{${eu},direction="sent",kind="video"}`]: '0+1000x60',
      [`parley_sfu_participants{${eu},pod="a"}`]: '3x60',
      [`parley_sfu_participants{${eu},pod="b"}`]: '2x60',
    },
    after: 15,
    about: { pool: 'eu', direction: 'sent', kind: 'video' },
    calm: {
      [`parley_sfu_rtp_packets_lost_total{${eu},direction="sent",kind="video"}`]: '0+40x60',
      [`parley_sfu_rtp_packets_total{${eu},direction="sent",kind="video"}`]: '0+1000x60',
      [`parley_sfu_participants{${eu},pod="a"}`]: '5x60',
      // At night somebody is in a train, and nobody else is in a call.
      'parley_sfu_rtp_packets_lost_total{pool="us",direction="sent",kind="video"}': '0+500x60',
      'parley_sfu_rtp_packets_total{pool="us",direction="sent",kind="video"}': '0+1000x60',
      'parley_sfu_participants{pool="us",pod="c"}': '2x60',
    },
  },
  {
    alert: 'ParleyRoomsBelowObjective',
    when: { [`parley_operator_quality_unmet_rooms{${eu},reason="SfuOverload"}`]: '1x60' },
    after: 15,
    about: { pool: 'eu', reason: 'SfuOverload' },
    calm: { [`parley_operator_quality_unmet_rooms{${eu},reason="SfuOverload"}`]: '1x12 0x40' },
  },
  {
    alert: 'ParleyParticipantsSilent',
    when: {
      [`parley_sfu_participants_silent{${eu}}`]: '4x60',
      [`parley_sfu_participants{${eu}}`]: '30x60',
    },
    after: 5,
    about: { pool: 'eu' },
    calm: {
      [`parley_sfu_participants_silent{${eu}}`]: '2x60',
      [`parley_sfu_participants{${eu}}`]: '3x60',
    },
  },
  {
    alert: 'ParleyQualityUnknown',
    when: {
      parley_signaling_participants: '10x60',
      'parley_call_reports_total{kind="quality",outcome="ok"}': '5x60',
    },
    after: 10,
    about: {},
    calm: {
      parley_signaling_participants: '10x60',
      'parley_call_reports_total{kind="quality",outcome="ok"}': '0+1x60',
    },
  },
  {
    alert: 'ParleyReportsRefused',
    when: {
      'parley_call_reports_total{kind="quality",outcome="ok"}': '0+60x60',
      'parley_call_reports_total{kind="quality",outcome="too_many"}': '0+20x60',
    },
    after: 20,
    about: {},
    calm: {
      'parley_call_reports_total{kind="quality",outcome="ok"}': '0+60x60',
      'parley_call_reports_total{kind="quality",outcome="too_many"}': '0+10x60',
    },
  },
  {
    alert: 'ParleyPoolWithoutSfu',
    when: {
      [`parley_operator_pool_pods{${eu},role="sfu",state="ready"}`]: '0x60',
      [`parley_operator_pool_pods{${eu},role="sfu",state="waiting"}`]: '1x60',
    },
    after: 3,
    about: { pool: 'eu' },
    calm: {
      [`parley_operator_pool_pods{${eu},role="sfu",state="ready"}`]: '0x60',
      [`parley_operator_pool_pods{${eu},role="sfu",state="waiting"}`]: '0x60',
    },
  },
  {
    alert: 'ParleySfuRestarted',
    when: { [`process_start_time_seconds{component="sfu",${eu},pod="a"}`]: '100x3 300x20' },
    after: 5,
    about: { pool: 'eu', pod: 'a' },
    calm: {
      [`process_start_time_seconds{component="sfu",${eu},pod="a"}`]: '100x20',
      'process_start_time_seconds{component="web",pod="b"}': '100x3 300x20',
    },
  },
  {
    alert: 'ParleyMediaWorkerDied',
    when: { 'parley_sfu_worker_deaths_total{pod="a"}': '0x3 1x20' },
    after: 5,
    about: { pod: 'a' },
    calm: { 'parley_sfu_worker_deaths_total{pod="a"}': '1x20' },
  },
  {
    alert: 'ParleySfuUnregistered',
    when: {
      [`parley_sfu_registered{${eu},pod="a"}`]: '0x20',
      [`parley_sfu_registered{${eu},pod="b"}`]: '1x20',
    },
    after: 2,
    about: { pool: 'eu', pod: 'a' },
    calm: {
      [`parley_sfu_registered{${eu},pod="a"}`]: '0x20',
      [`parley_sfu_registered{${eu},pod="b"}`]: '1x20',
      [`parley_sfu_draining{${eu},pod="a"}`]: '1x20',
    },
  },
  {
    alert: 'ParleySfusCutOff',
    when: { [`parley_sfu_peers_cut_off{${eu},pod="a"}`]: '1x20' },
    after: 2,
    about: { pool: 'eu', pod: 'a' },
    calm: { [`parley_sfu_peers_cut_off{${eu},pod="a"}`]: '1 0x20' },
  },
  {
    alert: 'ParleySfuFull',
    when: {
      [`parley_sfu_used_ratio{${eu},pod="a"}`]: '1x20',
      [`parley_sfu_used_ratio{${eu},pod="b"}`]: '0.9x20',
    },
    after: 10,
    about: { pool: 'eu' },
    calm: {
      [`parley_sfu_used_ratio{${eu},pod="a"}`]: '1x20',
      [`parley_sfu_used_ratio{${eu},pod="b"}`]: '0.2x20',
    },
  },
  {
    alert: 'ParleyWorkerBusy',
    when: { [`parley_sfu_worker_cpu_seconds_total{${eu},pod="a",port="40000"}`]: '0+54x20' },
    after: 12,
    about: { pool: 'eu', pod: 'a' },
    calm: { [`parley_sfu_worker_cpu_seconds_total{${eu},pod="a",port="40000"}`]: '0+45x20' },
  },
  {
    alert: 'ParleySfuLags',
    when: { 'nodejs_eventloop_lag_p99_seconds{component="sfu",pod="a"}': '0.3x20' },
    after: 5,
    about: { pod: 'a' },
    calm: {
      'nodejs_eventloop_lag_p99_seconds{component="sfu",pod="a"}': '0.2x20',
      'nodejs_eventloop_lag_p99_seconds{component="web",pod="b"}': '0.3x20',
    },
  },
  {
    alert: 'ParleySfuCallsFail',
    when: {
      'parley_signaling_sfu_call_seconds_count{call="join",outcome="unavailable"}': '0+6x20',
      'parley_signaling_sfu_call_seconds_count{call="join",outcome="ok"}': '0+60x20',
    },
    after: 7,
    about: {},
    calm: {
      'parley_signaling_sfu_call_seconds_count{call="join",outcome="unavailable"}': '0+2x20',
      'parley_signaling_sfu_call_seconds_count{call="join",outcome="ok"}': '0+60x20',
    },
  },
  {
    alert: 'ParleyRelayDown',
    when: { [`parley_turn_up{${eu},pod="a"}`]: '0x20' },
    after: 1,
    about: { pool: 'eu', pod: 'a' },
    calm: { [`parley_turn_up{${eu},pod="a"}`]: '1x20' },
  },
  {
    alert: 'ParleyPoolWithoutRelay',
    when: {
      [`parley_operator_pool_pods{${eu},role="turn",state="ready"}`]: '0x20',
      [`parley_operator_pool_pods{${eu},role="turn",state="waiting"}`]: '1x20',
    },
    after: 5,
    about: { pool: 'eu' },
    calm: {
      [`parley_operator_pool_pods{${eu},role="turn",state="ready"}`]: '1x20',
      [`parley_operator_pool_pods{${eu},role="turn",state="waiting"}`]: '1x20',
    },
  },
  {
    alert: 'ParleyRelayRestarted',
    when: { [`parley_turn_coturn_restarts_total{${eu},pod="a"}`]: '0x3 1x20' },
    after: 5,
    about: { pool: 'eu', pod: 'a' },
    calm: { [`parley_turn_coturn_restarts_total{${eu},pod="a"}`]: '2x20' },
  },
  {
    alert: 'ParleyRelayFull',
    when: { [`parley_turn_allocation_failures_total{${eu},reason="capacity"}`]: '0+1x20' },
    after: 7,
    about: { pool: 'eu' },
    calm: { [`parley_turn_allocation_failures_total{${eu},reason="credentials"}`]: '0+1x20' },
  },
  {
    alert: 'ParleyCertificateExpires',
    when: { [`parley_turn_certificate_expiry_timestamp_seconds{${eu}}`]: `${13 * 86_400}x90` },
    after: 60,
    about: { pool: 'eu' },
    calm: { [`parley_turn_certificate_expiry_timestamp_seconds{${eu}}`]: `${15 * 86_400}x90` },
  },
  {
    alert: 'ParleySignalingDown',
    when: { parley_signaling_sockets: 'stale' },
    after: 7,
    about: {},
    calm: {},
  },
  {
    alert: 'ParleyRedisDown',
    when: { 'parley_signaling_deaf{pod="a"}': '1x20', 'parley_signaling_deaf{pod="b"}': '1x20' },
    after: 1,
    about: {},
    calm: { 'parley_signaling_deaf{pod="a"}': '0x20', 'parley_signaling_deaf{pod="b"}': '0x20' },
  },
  {
    alert: 'ParleySignalingDeaf',
    when: { 'parley_signaling_deaf{pod="a"}': '1x20', 'parley_signaling_deaf{pod="b"}': '0x20' },
    after: 2,
    about: { pod: 'a' },
    calm: { 'parley_signaling_deaf{pod="a"}': '1 0x20', 'parley_signaling_deaf{pod="b"}': '0x20' },
  },
  {
    alert: 'ParleyRedisSlow',
    when: slow('parley_signaling_canary_seconds', '0.5', '0.25'),
    after: 7,
    about: {},
    calm: slow('parley_signaling_canary_seconds', '0.1', '0.05'),
  },
  {
    alert: 'ParleySignalingLags',
    when: { 'nodejs_eventloop_lag_p99_seconds{component="signaling",pod="a"}': '0.3x20' },
    after: 5,
    about: { pod: 'a' },
    calm: { 'nodejs_eventloop_lag_p99_seconds{component="signaling",pod="a"}': '0.3x3 0.1x20' },
  },
  {
    alert: 'ParleySignalingFull',
    when: { 'parley_signaling_refused_sockets_total{reason="full"}': '0+1x20' },
    after: 4,
    about: {},
    calm: { 'parley_signaling_refused_sockets_total{reason="origin"}': '0+1x20' },
  },
  {
    alert: 'ParleyNotEnforced',
    when: { parley_signaling_outstanding: '2x20' },
    after: 10,
    about: {},
    calm: { parley_signaling_outstanding: '2x8 0x20' },
  },
  {
    alert: 'ParleyMovesStuck',
    when: { 'parley_signaling_moves_total{step="timed_out"}': '0x3 1x20' },
    after: 5,
    about: {},
    calm: { 'parley_signaling_moves_total{step="finished"}': '0x3 1x20' },
  },
  {
    alert: 'ParleyWebhooksLost',
    when: { 'parley_signaling_webhooks_total{outcome="overflowed"}': '0x3 4x20' },
    after: 5,
    about: {},
    calm: { 'parley_signaling_webhooks_total{outcome="failed"}': '0x3 4x20' },
  },
  {
    alert: 'ParleyOperatorDown',
    when: { 'parley_operator_leader{pod="a"}': 'stale' },
    after: 10,
    about: {},
    calm: {},
  },
  {
    alert: 'ParleyNoLeader',
    when: { 'parley_operator_leader{pod="a"}': '0x20', 'parley_operator_leader{pod="b"}': '0x20' },
    after: 2,
    about: {},
    calm: { 'parley_operator_leader{pod="a"}': '1x20', 'parley_operator_leader{pod="b"}': '0x20' },
  },
  {
    alert: 'ParleyOperatorWatchSilent',
    when: { 'parley_operator_watch_silence_seconds{resource="rooms"}': '301x20' },
    after: 5,
    about: { resource: 'rooms' },
    calm: { 'parley_operator_watch_silence_seconds{resource="rooms"}': '290x20' },
  },
  {
    alert: 'ParleyOperatorErrors',
    when: { 'parley_operator_reconcile_errors_total{controller="room"}': '0+12x30' },
    after: 20,
    about: { controller: 'room' },
    calm: { 'parley_operator_reconcile_errors_total{controller="room"}': '0+5x30' },
  },
  {
    alert: 'ParleyOperatorBehind',
    when: { 'parley_operator_queue_depth{controller="room"}': '101x20' },
    after: 5,
    about: { controller: 'room' },
    calm: { 'parley_operator_queue_depth{controller="room"}': '500x3 0x20' },
  },
  {
    alert: 'ParleyApiServerFails',
    when: {
      'parley_operator_api_requests_total{method="GET",code="503"}': '0+3x20',
      'parley_operator_api_requests_total{method="GET",code="none"}': '0+3x20',
      'parley_operator_api_requests_total{method="GET",code="200"}': '0+40x20',
    },
    after: 7,
    about: {},
    calm: {
      'parley_operator_api_requests_total{method="GET",code="409"}': '0+30x20',
      'parley_operator_api_requests_total{method="GET",code="200"}': '0+40x20',
    },
  },
  {
    alert: 'ParleyRoomsSlow',
    when: slow('parley_operator_room_ready_seconds', '60', '30'),
    after: 7,
    about: {},
    calm: {
      'parley_operator_room_ready_seconds_bucket{le="30"}': '0x60',
      // The first Room of a pool that had no pod waits for a node, and is the only one.
      'parley_operator_room_ready_seconds_bucket{le="60"}': '0 1x59',
      'parley_operator_room_ready_seconds_bucket{le="+Inf"}': '0 1x59',
    },
  },
  {
    alert: 'ParleyRoomsPending',
    when: { 'parley_operator_rooms{phase="Pending"}': '1x20' },
    after: 10,
    about: {},
    calm: { 'parley_operator_rooms{phase="Pending"}': '1x8 0x20' },
  },
  {
    alert: 'ParleyRoomsCannotLeave',
    when: { [`parley_operator_leaving_rooms{${eu}}`]: '1x20' },
    after: 3,
    about: { pool: 'eu' },
    calm: { [`parley_operator_leaving_rooms{${eu}}`]: '1x2 0x20' },
  },
  {
    alert: 'ParleyRoomsCrowded',
    when: { [`parley_operator_crowded_rooms{${eu}}`]: '1x20' },
    after: 5,
    about: { pool: 'eu' },
    calm: { [`parley_operator_crowded_rooms{${eu}}`]: '1x3 0x20' },
  },
  {
    alert: 'ParleyPoolFull',
    when: {
      [`parley_operator_pool_free_rooms{${eu}}`]: '0x20',
      [`parley_operator_pool_pods{${eu},role="sfu",state="ready"}`]: '2x20',
      [`parley_operator_pool_maximum_pods{${eu}}`]: '2x20',
    },
    after: 5,
    about: { pool: 'eu' },
    calm: {
      [`parley_operator_pool_free_rooms{${eu}}`]: '0x20',
      [`parley_operator_pool_pods{${eu},role="sfu",state="ready"}`]: '2x20',
      [`parley_operator_pool_maximum_pods{${eu}}`]: '3x20',
    },
  },
  {
    alert: 'ParleyCanaryFails',
    when: { [`parley_canary_up{${eu}}`]: '0x20' },
    after: 3,
    about: { pool: 'eu' },
    calm: { [`parley_canary_up{${eu}}`]: '0 1x20' },
  },
  {
    alert: 'ParleyPodNotScraped',
    when: { 'up{component="signaling",pod="a"}': '0x20' },
    after: 5,
    about: { component: 'signaling', pod: 'a' },
    calm: { 'up{component="signaling",pod="a"}': '0x3 1x20', 'up{job="others"}': '0x20' },
  },
  {
    alert: 'ParleyTracesLost',
    when: { 'parley_traces_spans_total{component="sfu",outcome="dropped"}': '0+1x20' },
    after: 12,
    about: { component: 'sfu' },
    calm: { 'parley_traces_spans_total{component="sfu",outcome="exported"}': '0+1x20' },
  },
];

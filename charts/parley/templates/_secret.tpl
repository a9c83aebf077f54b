{{/*
The content of the Secret: what the values say, else what is in the cluster, else made. It is made once while the chart
is rendered, since several templates ask for it.
*/}}
{{- define "parley.secretData" -}}
{{- if not (hasKey .Values "_secretData") -}}
{{- $old := (lookup "v1" "Secret" .Release.Namespace (include "parley.fullname" .)).data | default dict -}}
{{- $data := dict -}}
{{- $given := dict "control-token" .Values.secrets.controlToken "turn-secret" .Values.secrets.turnSecret "token-signing-key" .Values.secrets.tokenSigningKey "api-key" .Values.secrets.apiKey -}}
{{- range $key, $value := $given -}}
{{- $kept := get $old $key | b64dec -}}
{{- $_ := set $data $key ($value | default $kept | default (randAlphaNum 43)) -}}
{{- end -}}
{{- with .Values.secrets.turnSecretAlsoAccepted -}}
{{- $_ := set $data "turn-secret-also-accepted" . -}}
{{- end -}}
{{- with .Values.secrets.tokenSigningKeyAlsoAccepted -}}
{{- $_ := set $data "token-signing-key-also-accepted" . -}}
{{- end -}}
{{- if .Values.signaling.webhooks.urls -}}
{{- $kept := get $old "webhook-secrets" | b64dec -}}
{{- $_ := set $data "webhook-secrets" (.Values.secrets.webhookSecrets | default $kept | default (printf "whsec_%s" (randAlphaNum 32 | b64enc))) -}}
{{- end -}}
{{- $lines := list -}}
{{- range .Values.secrets.apiKeys -}}
{{- $lines = append $lines (printf "%s %s %s\n" .id .sha256 (join "," .scopes)) -}}
{{- end -}}
{{- with include "parley.canaryKey" . -}}
{{- $lines = append $lines (printf "parley-canary %s tokens\n" (sha256sum .)) -}}
{{- end -}}
{{- with $lines -}}
{{- $_ := set $data "api-keys" (join "" .) -}}
{{- end -}}
{{- $redis := .Values.redis -}}
{{- if $redis.bundled.enabled -}}
{{- $kept := trimPrefix "requirepass " (trim (get $old "redis.conf" | b64dec)) -}}
{{- $password := $redis.bundled.password | default $kept | default (randAlphaNum 43) -}}
{{- $_ := set $data "redis.conf" (printf "requirepass %s\n" $password) -}}
{{- $host := printf "%s-redis.%s.svc" (include "parley.fullname" .) .Release.Namespace -}}
{{- $_ := set $data "redis-url" ($redis.url | default (printf "redis://:%s@%s:6379" $password $host)) -}}
{{- else -}}
{{- $_ := set $data "redis-url" (required "redis.url: give the address of Redis, or set redis.bundled.enabled or secrets.existingSecret" $redis.url) -}}
{{- end -}}
{{- $_ := set .Values "_secretData" $data -}}
{{- end -}}
{{- range $key, $value := .Values._secretData }}
{{ $key }}: {{ $value | b64enc | quote }}
{{- end }}
{{- end -}}

{{/* The API key that the chart makes for the canary, once, like the content of the Secret; empty where it makes none. */}}
{{- define "parley.canaryKey" -}}
{{- if and .Values.canary.enabled (not .Values.canary.existingSecret) (not .Values.secrets.existingSecret) -}}
{{- if not (hasKey .Values "_canaryKey") -}}
{{- $old := (lookup "v1" "Secret" .Release.Namespace (printf "%s-canary" (include "parley.fullname" .))).data | default dict -}}
{{- $_ := set .Values "_canaryKey" (get $old "api-key" | b64dec | default (printf "parley_parley-canary_%s" (randAlphaNum 43))) -}}
{{- end -}}
{{- .Values._canaryKey -}}
{{- end -}}
{{- end -}}

#!/usr/bin/env bash
# Prints what Overflowing Sink can take over of one event source mapping: the mapping, its stream,
# its function, and a day of metrics. READ-ONLY: it calls nothing but get-… and describe-… of the
# AWS CLI, changes nothing, and needs no other tool. What it prints holds names and account numbers;
# the page keeps it to itself, and none of them enters a link.
#
#   bash read-only.sh [UUID [REGION]] > settings.txt
#
# Then paste the text, or drop the file onto the page. The UUIDs are listed by:
#   aws lambda list-event-source-mappings --query 'EventSourceMappings[].[UUID,FunctionArn]'
set -u
export AWS_PAGER=""

uuid=${1:-}
region=${2:-}
[ -n "$uuid" ] || read -r -p "UUID of the event source mapping: " uuid
[ -n "$region" ] || read -r -p "Region, such as eu-west-1: " region
for word in "$uuid" "$region"; do
  case $word in
    "" | -* | *[!0-9A-Za-z-]*) echo "A UUID and a region have letters, digits and hyphens only." >&2; exit 2 ;;
  esac
done

# Whatever fails leaves a gap, which the page points out.
ask() {
  echo "# aws $1 $2"
  aws "$@" --region "$region" --output json || echo "# $2 told nothing"
}
word() { aws "$@" --region "$region" --output text; }

ask lambda get-event-source-mapping --uuid "$uuid"
stream=$(word lambda get-event-source-mapping --uuid "$uuid" --query EventSourceArn) || exit 1
function=$(word lambda get-event-source-mapping --uuid "$uuid" --query FunctionArn) || exit 1
stream=${stream##*:stream/}
stream=${stream%%/*}
name=${function##*:function:}
name=${name%%:*}

ask kinesis describe-stream-summary --stream-name "$stream"
# Not the whole function: its environment may hold secrets.
ask lambda get-function-configuration --function-name "$function" \
  --query '{Timeout: Timeout, MemorySize: MemorySize, Runtime: Runtime}'
ask lambda get-function-concurrency --function-name "$name" \
  --query '{ReservedConcurrentExecutions: ReservedConcurrentExecutions}'
ask lambda get-account-settings --query '{AccountLimit: AccountLimit}'

end=$(($(date +%s) / 60 * 60))
day() {
  ask cloudwatch get-metric-statistics --namespace "$1" --metric-name "$2" --dimensions "$3" \
    --statistics "$4" --period 60 --start-time $((end - 86400)) --end-time "$end"
}
day AWS/Kinesis IncomingRecords "Name=StreamName,Value=$stream" Sum
day AWS/Kinesis IncomingBytes "Name=StreamName,Value=$stream" Sum
day AWS/Lambda Invocations "Name=FunctionName,Value=$name" Sum
day AWS/Lambda Duration "Name=FunctionName,Value=$name" Average

import { setTimeout } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { Redis } from 'ioredis'

const CLIENTS = 8
let latencies = []

parentPort.on('message', () => {
  parentPort.postMessage(latencies)
  latencies = []
})

async function readRepeatedly(redis) {
  while (true) {
    const startedAt = performance.now()
    await redis.get('other:key')
    latencies.push(performance.now() - startedAt)
    await setTimeout(2)
  }
}

const clients = Array.from({ length: CLIENTS }, () => new Redis(workerData.port, '127.0.0.1'))
await Promise.all(clients.map((redis) => redis.ping()))
for (const redis of clients) readRepeatedly(redis)
parentPort.postMessage('ready')

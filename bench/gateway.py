"""draft"""
from __future__ import annotations
import argparse, asyncio, base64, contextlib, json, os, subprocess, sys, tempfile, time, sqlite3, hashlib
from pathlib import Path
import uvloop
from korgoo.engine.rows import Assignment, Credential, encode_body
from korgoo.gateway.limits import Rate
from korgoo.gateway.settings import GatewaySettings, IntakeLimits
from korgoo.sim.traffic import Request, build_request, run_lanes
PEOPLE = 5000
DAY = 86_400_000
class Inbox:
    def __init__(self): 
        from korgoo.gateway.ports import InboxRow
        now = time.time_ns() // 1_000_000
        self.rows = []
        for p in range(1, PEOPLE + 1):
            a = Assignment(p, f"dev{p}", f"person:{p}", p, "o", False, now - DAY)
            c = Credential(f"k{p}", p, hashlib.sha256(f"secret-of-{p}-0123456789abcdef".encode()).digest(), now - DAY)
            self.rows.append(InboxRow(2*p-1, "assignment", f"person:{p}", p, encode_body(a), None))
            self.rows.append(InboxRow(2*p, "credential", f"person:{p}", p, encode_body(c), None))
    def read(self, *, after_id, limit):
        return self.rows[after_id:after_id+limit]
class Table:
    def open_commands(self, *, limit): return []
    def find(self, i): return None
    def change(self, *a, **k): return False
def serve(folder, port, without):
    from korgoo.gateway.server import build_gateway, serve
    from korgoo.journal.sqlite import SqliteJournal
    import signal
    from korgoo.journal.appender import Appender
    from korgoo.journal.opening import Address
    journal = SqliteJournal(folder) if os.environ.get("ONE") else Appender(Address(folder=str(folder)))
    settings = GatewaySettings("", folder / "q.db", folder / "q.key", port=port, limits=IntakeLimits(address=Rate(1e6, 1e6), credential=Rate(1e3,1e5)))
    async def main():
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        g = build_gateway(settings, journal=journal, inbox=Inbox(), command_table=Table())
        prof = None
        if os.environ.get("PROF"):
            import cProfile
            prof = cProfile.Profile()
            asyncio.get_running_loop().call_later(4, prof.enable)
        await serve(g, settings, stop=stop)
        if prof:
            prof.disable(); prof.dump_stats(os.environ["PROF"])
    uvloop.run(main())
    journal.close()
class Errand:
    def __init__(self, requests, until): self.r=requests; self.i=0; self.until=until; self.taken=[]; self.bad=0; self.fixes=0; self.un=0
    def take(self):
        if time.perf_counter() > self.until: return None
        r = self.r[self.i % len(self.r)]; self.i += 1
        return r
    def answered(self, request, *, status, seconds):
        self.taken.append(seconds)
        if status != 200: self.bad += 1
        else: self.fixes += len(request.numbers)
    def unanswered(self, r): self.un += 1
def bodies(size, lanes):
    now = time.time_ns()//1_000_000
    out=[[] for _ in range(lanes)]
    for p in range(1, PEOPLE+1):
        items=[{"counter":n,"fixed_at":now-n*1000,"lat":42.8746+p*1e-5,"lon":74.5698,"accuracy":6.5,"source":"gps","speed":1.2,"motion":"walking","battery":81,"charging":False} for n in range(size)]
        auth="Basic "+base64.b64encode(f"k{p}:secret-of-{p}-0123456789abcdef".encode()).decode()
        out[p%lanes].append(Request(build_request("/v1/observations", json.dumps({"observations":items}).encode(), authorization=auth), tuple(range(size))))
    return out
if os.environ.get("SWI"): sys.setswitchinterval(float(os.environ["SWI"]))
def main():
    ap=argparse.ArgumentParser(); ap.add_argument("--serve"); ap.add_argument("--port",type=int); ap.add_argument("--without",default=""); ap.add_argument("--sizes",default="1,10"); ap.add_argument("--s",type=float,default=4); ap.add_argument("--lanes",type=int,default=64)
    a=ap.parse_args()
    if a.serve: return serve(Path(a.serve), a.port, a.without)
    import socket, urllib.request
    with socket.socket() as s: s.bind(("127.0.0.1",0)); port=s.getsockname()[1]
    with tempfile.TemporaryDirectory(dir=os.environ.get("KORGOO_BENCH_DIR")) as d:
        child=subprocess.Popen([sys.executable,os.environ.get("SRV",__file__),"--serve",d,"--port",str(port)])
        for _ in range(300):
            try: urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz"); break
            except Exception: time.sleep(.05)
        for size in [1]+[int(x) for x in a.sizes.split(",")]:
            b=bodies(size,a.lanes); t=time.perf_counter(); es=[Errand(x,t+a.s) for x in b]
            c0=time.process_time()
            u0=open(f"/proc/{child.pid}/stat").read().split()
            uvloop.run(run_lanes(es,port=port))
            el=time.perf_counter()-t
            u1=open(f"/proc/{child.pid}/stat").read().split()
            lat=sorted(x for e in es for x in e.taken)
            print(size, f"{len(lat)/el:,.0f} req/s {sum(e.fixes for e in es)/el:,.0f} fixes/s p50 {lat[len(lat)//2]*1e3:.1f} p99 {lat[int(len(lat)*.99)]*1e3:.1f} bad {sum(e.bad for e in es)} un {sum(e.un for e in es)} gen cpu {(time.process_time()-c0)/el:.2f} srv user {(int(u1[13])-int(u0[13]))/100/el:.2f} sys {(int(u1[14])-int(u0[14]))/100/el:.2f}", os.getloadavg()[0])
        child.terminate(); child.wait()
main()

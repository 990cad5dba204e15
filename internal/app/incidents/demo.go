package incidents

import (
	"plumbline"
	"plumbline/internal/store"
)

// FillDemoAlarms takes in alarms of the demo as a source of alarms would tell them,
// and says which incident the last one is.
func (r *Room) FillDemoAlarms(tx *store.Tx, source plumbline.LinkID, alarms []plumbline.Alarm) (int64, error) {
	if err := r.gather(tx, plumbline.SystemActor("alarms:"+string(source)), plumbline.AlarmSource{ID: source}, store.AlarmDelivery{Source: source, At: r.now()}, alarms); err != nil {
		return 0, err
	}
	last := alarms[len(alarms)-1].Key
	known, err := tx.AlarmsByKey(source, []string{last})
	return known[last].Incident, err
}
